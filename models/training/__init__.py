"""How the bundled checkpoint was made: data, training, evaluation and its card."""
