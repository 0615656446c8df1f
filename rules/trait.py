"""Tells a statement that names a trait or a state of mind from one that says what somebody does."""

from __future__ import annotations

import re

TRAITS = (
    "ambitious|analytical|approachable|articulate|assertive|bright|brilliant|capable|caring|charismatic|clever|"
    "collaborative|committed|competent|competitive|confident|conscientious|cooperative|creative|curious|data-driven|"
    "dedicated|dependable|detail-oriented|diligent|disciplined|driven|dynamic|eager|easy-going|empathetic|energetic|"
    "enthusiastic|experienced|flexible|friendly|hard-working|hardworking|helpful|honest|humble|independent|innovative|"
    "intelligent|knowledgeable|likeable|loyal|mature|motivated|observant|open-minded|organised|organized|passionate|"
    "patient|personable|persuasive|positive|pragmatic|proactive|professional|reliable|resilient|resourceful|responsible|"
    "result-oriented|results-driven|self-motivated|skilled|skilful|smart|strategic|talented|tenacious|trustworthy|visionary"
)
NOUNS = (
    "ambition|attitude|attention to detail|charisma|communication skills?|communicator|confidence|creativity|curiosity|"
    "dedication|drive|eagerness|empathy|energy|enthusiasm|go-getter|grit|integrity|initiative|instinct|intelligence|"
    "leader|leadership skills?|leadership qualities|maturity|mindset|motivation|passion|people person|people skills?|"
    "personality|potential|presence|professionalism|self-starter|soft skills?|talent|team player|thinker|work ethic"
)
HOLDS = "(?:is|are|be|being|has|have|shows?|demonstrates?|displays?|possesses|exhibits?|brings|remains|stays|a|an)"
MUCH = (
    "(?:a|an|the|and|very|highly|always|consistently|extremely|truly|really|more|most|quite|fairly|not|lacks|"
    "good|great|strong|excellent|outstanding|exceptional|solid|superb|poor|weak|high|low|natural|born|clear|much|"
    f"{TRAITS})"
)
TRAIT = re.compile(
    rf"^(?:{HOLDS}\s+)?(?:{MUCH},?\s+)*({TRAITS}|{NOUNS})\b(?=\W*$|\W+(?:and|but|in|at|of|with|to|when|towards?|by|about|for)\b|,)",
    re.I,
)
MIND = re.compile(
    r"^(?:(?:fully|deeply|clearly|generally|always)\s+)*(understands?|knows?|believes?|appreciates?|feels?|thinks|"
    r"wants|wishes|hopes|loves|enjoys|cares|is aware|is familiar|has (?:an? )?(?:good |deep |clear |some )*"
    r"(?:understanding|knowledge|awareness|grasp|feeling))\b",
    re.I,
)


def trait(text: str) -> str:
    """Returns the word by which a statement names a trait or a state of mind; empty where it says an act."""
    found = MIND.match(text.strip()) or TRAIT.match(text.strip())
    return found[1].lower() if found else ""
