"""Find QR codes and linear bar codes, also where they do not decode."""
