from webapp.release import Release


def test_fromEnvironment_readsWhatWasDeployed():
    given = {"APP_NAME": "shop", "APP_VERSION": '1.4.2 "beta"', "APP_COMMIT": "0123abc", "APP_OTHER": "x"}
    assert Release.from_environment(given) == Release("shop", '1.4.2 "beta"', "0123abc")


def test_fromEnvironment_ofNobody_givesDefaults():
    assert Release.from_environment({"APP_VERSION": ""}) == Release()
