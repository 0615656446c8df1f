"""The states of a letter and its ways out."""

MAIL, WEBHOOK = "mail", "webhook"
WAITING, SENT, FAILED, DROPPED = "waiting", "sent", "failed", "dropped"
STATES = (WAITING, SENT, FAILED, DROPPED)
