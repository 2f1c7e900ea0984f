"""Find lines of text with a neural network; tell which of them look like number plates."""
