"""Names for a made-up company: any likeness to somebody real is chance."""

GIVEN = (
    "Ada", "Aiko", "Amara", "Anders", "Beatriz", "Bilal", "Bruno", "Camille", "Chidi", "Dalia", "Darya", "Diego",
    "Elif", "Emeka", "Farah", "Femi", "Greta", "Hana", "Hugo", "Ilse", "Imran", "Ivana", "Jonas", "Kavya", "Kenji",
    "Laila", "Leila", "Linh", "Luca", "Maeve", "Malik", "Mei", "Milan", "Nadia", "Nils", "Oksana", "Omar", "Petra",
    "Rafael", "Rosa", "Sanjay", "Sofia", "Stefan", "Tariq", "Teresa", "Ulrike", "Vikram", "Wanda", "Yara", "Zoltan",
)  # fmt: skip
FAMILY = (
    "Abbott", "Acheampong", "Almeida", "Andersen", "Banerjee", "Barros", "Bauer", "Bianchi", "Castillo", "Chowdhury",
    "Dahl", "Demir", "Dubois", "Eriksen", "Farouk", "Ferreira", "Fischer", "Galvez", "Hoang", "Horvat", "Ibrahim",
    "Ivanova", "Jansen", "Jensen", "Kaplan", "Kimura", "Kowalska", "Larsen", "Lindqvist", "Mbeki", "Meyer", "Moretti",
    "Nakamura", "Novak", "Okafor", "Olsen", "Pereira", "Popescu", "Quist", "Rahman", "Rossi", "Santos", "Schmidt",
    "Silva", "Takeda", "Tran", "Ueda", "Vargas", "Weber", "Yilmaz",
)  # fmt: skip
