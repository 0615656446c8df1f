"""What must hold: each test is named as the sentence that it holds."""
