"""居住登记: one person at one place for one stay, from the day of arrival until they leave or move on."""
