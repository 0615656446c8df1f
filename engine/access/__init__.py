"""Who may: one pure permit/forbid over an actor's relations to what is acted on."""
