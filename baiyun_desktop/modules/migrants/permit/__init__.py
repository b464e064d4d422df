"""居住证: from the first look at the papers to the police's decision, the yearly endorsement and the end."""
