"""What a text does: talk acts and yes-or-no questions, by small calibrated models on views of a text."""
