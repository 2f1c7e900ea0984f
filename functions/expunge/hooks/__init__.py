"""Webhooks: who wants to hear of a job's end, and how they are told.

subscriptions   standing orders of a caller, with their secrets
deliveries      one message to one receiver: its record, and the index of what is due
outbox          deliveries that are written together with the end they tell of
courier         one attempt, and what follows from it
hooks           what the other rooms ask of this one
"""
