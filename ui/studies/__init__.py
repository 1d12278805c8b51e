"""What several parts of a page compute together, for all sessions. No Streamlit."""
