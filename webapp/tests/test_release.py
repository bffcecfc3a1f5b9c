import pytest

from webapp.release import Release


def test_fromFile_readsWhatWasDeployed(release_file):
    assert Release.from_file() == Release("shop", "1.4.2", "0123abc")


def test_fromFile_missing_givesDefaults(tmp_path):
    assert Release.from_file(tmp_path / "none.json") == Release()


@pytest.mark.parametrize("text", ["", "{", "[]"])
def test_fromFile_broken_saysWhichFile(tmp_path, text):
    file = tmp_path / "release.json"
    file.write_text(text)
    with pytest.raises(ValueError, match=str(file)):
        Release.from_file(file)
