"""Signed receipts: statements of what was removed from a file, which anyone can check later.

A receipt is a JWS in compact form (RFC 7515), signed with Ed25519 (RFC 8037, RFC 9864). This
package knows no operation and no store: `statement` has the content, `keys` the keys, `signing`
makes a receipt and `verifying` checks one without a network.
"""
