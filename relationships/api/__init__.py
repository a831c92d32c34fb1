"""The REST door to judgements: profiles, reasons, history, types, personae, the whole."""
