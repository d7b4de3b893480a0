"""People by the API."""


def test_the_list_and_the_person_are_told(program, lan, secret):
    asks = program(lan)

    listed = asks.get("/people?q=bi+mat&count=true")
    one = asks.get(f"/people/{secret.number}")

    assert listed.status_code == 200, listed.content
    assert [row["number"] for row in listed.json()["items"]] == [secret.number]
    assert listed.json()["total"] == 1
    assert one.json()["full_name"] == "Nguyễn Thị Bí Mật"
    assert one.json()["birth"] == {"raw": "02/03/1980", "day": "1980-03-02", "precision": "day"}
    assert "001080012345" not in one.content.decode() + listed.content.decode()
