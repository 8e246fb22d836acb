"""Mailboxes: mail is fetched by IMAP and comes in as runs of the source `mail`."""
