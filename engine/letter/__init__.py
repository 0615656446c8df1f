"""Letters: an outbox written in the transaction of what it tells of, and delivered after it by e-mail and webhook."""
