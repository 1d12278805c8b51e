"""What is folded is drawn when it is asked for, and a link can ask."""

from streamlit.testing.v1 import AppTest


def page():
    import streamlit as st

    from ui.choice import on_demand

    st.write(str(on_demand("More", lambda: st.text("there") and 7, key="more")))


def test_what_is_folded_is_not_drawn_until_a_link_asks_for_it():
    at = AppTest.from_function(page).run()
    assert not at.text
    assert at.markdown[0].value == "None"
    at = AppTest.from_function(page)
    at.query_params["more"] = "true"
    at.run()
    assert [each.value for each in at.text] == ["there"]
    assert at.markdown[0].value == "7"
