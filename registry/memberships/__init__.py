"""Households as members of cooperatives and collectives, and their shares."""
