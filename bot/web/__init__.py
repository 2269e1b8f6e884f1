"""What is reached by HTTP: pictures for platforms that fetch them, Telegram's webhook, health."""
