"""Contracts drafted from data: `inferring` says what columns are held to, `writing` puts it down as Python or YAML."""
