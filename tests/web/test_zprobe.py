from tests.web.conftest import *
def test_probe(signed_in):
    p=signed_in("admin","zh").get("/customers/customer:C-1001").text
    print(p[p.index('group-relationship'):][:2500])
