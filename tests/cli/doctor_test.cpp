#include <doctest/doctest.h>

#include "support/cli.hpp"

namespace perfgate::cli {
namespace {

using test::Desk;
using test::says;

// AC:doctor
TEST_CASE("doctor: tells what is lacking, and what to do about it") {
  Desk perfgate;
  CHECK(perfgate({"doctor"}) == 0);
  says(perfgate.out, "there is no perfgate.toml here");
  says(perfgate.out, "-> perfgate init");
  says(perfgate.out, "this folder is no repository");
  says(perfgate.out, "cores");
  says(perfgate.out, "0 in trouble");

  perfgate.write(
      "perfgate.toml",
      "[[suite]]\nname = \"a\"\nharness = \"google-benchmark\"\ncommand = [\"./no-such\"]\n");
  CHECK(perfgate({"doctor"}) == 2);
  says(perfgate.out, "TROUBLE");
  says(perfgate.out, "./no-such");

  perfgate.write("perfgate.toml", "[[suit]]\n");
  CHECK(perfgate({"doctor"}) == 2);
  says(perfgate.out, "perfgate.toml:1");
  CHECK_FALSE(perfgate.exists(".perfgate"));
}

}  // namespace
}  // namespace perfgate::cli
