"""Development plans: each gap as actions with an owner and a due date; what was done becomes evidence."""
