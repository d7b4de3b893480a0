"""Appointment: posts without a holder, terms and their clock, secondment, probation, exams."""
