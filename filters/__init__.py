"""What judges or rewrites a text: modifiers, measures, identification, PII rules, signatures."""
