"""Pictures as pure functions: data in, a Plotly figure as a plain dict out. No Streamlit, no state, no randomness."""
