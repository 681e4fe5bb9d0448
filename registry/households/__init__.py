"""Households, their persons (names only), headcounts, tags, land, incomes and own history."""
