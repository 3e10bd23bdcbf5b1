#include "base/hash.hpp"

#include <doctest/doctest.h>

using namespace perfgate;

TEST_CASE("sha256 gives the known answers of FIPS 180-4") {
  CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256(std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("bytes added piece by piece hash like the whole and more may follow") {
  Sha256 hash;
  hash.add("a");
  CHECK(hash.hex() == sha256("a"));
  CHECK(hash.add("bc").hex() == sha256("abc"));
}
