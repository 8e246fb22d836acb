"""What is named in a text: people, companies, positions, products, places, days, amounts."""
