"""The nouns that two mandates share: people, places, households, organisations and companies, with their pure rules."""
