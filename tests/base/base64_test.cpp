#include "base/base64.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <vector>

namespace perfgate {
namespace {

TEST_CASE("base64: the examples of RFC 4648") {
  CHECK(base64(std::string_view("")).empty());
  CHECK(base64(std::string_view("f")) == "Zg==");
  CHECK(base64(std::string_view("fo")) == "Zm8=");
  CHECK(base64(std::string_view("foo")) == "Zm9v");
  CHECK(base64(std::string_view("foobar")) == "Zm9vYmFy");
}

TEST_CASE("base64: values are float32, little-endian") {
  // python3 -c 'import struct, base64; print(base64.b64encode(struct.pack("<3f", 1, -2.5, 1e-9)))'
  CHECK(base64(std::vector<float>{1.0F, -2.5F, 1e-9F}) == "AACAPwAAIMBfcIkw");
  CHECK(base64(std::vector<float>{std::numeric_limits<float>::quiet_NaN()}) == "AADAfw==");
}

}  // namespace
}  // namespace perfgate
