"""Whether types say anything about what people do next: real purchases, held back."""
