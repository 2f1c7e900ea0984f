"""Webhooks: subscriptions to the end of jobs, and delivery to their receivers.

subscriptions   a caller's subscriptions, with their secrets
secrets         secrets that sign messages, and one of them for each account
deliveries      one message to one receiver: its record, and the index of due deliveries
outbox          deliveries, written together with the job's end
courier         one delivery attempt and its outcome
hooks           the interface of this package
"""
