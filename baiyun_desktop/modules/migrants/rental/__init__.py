"""出租房屋: whose house is let to whom, what the owner was told, and what a visit found."""
