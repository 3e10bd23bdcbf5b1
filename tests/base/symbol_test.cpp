#include "base/symbol.hpp"

#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

namespace perfgate {
namespace {

TEST_CASE("equal text is one symbol and symbols order by their text") {
  const std::string text = "time";
  CHECK(Symbol("time") == Symbol(text));
  CHECK(&Symbol("time").text() == &Symbol(std::string_view(text)).text());
  CHECK(Symbol("a") != Symbol("b"));
  CHECK(Symbol("a") < Symbol("b"));
  CHECK(Symbol("z").text() == "z");
  CHECK(Symbol().empty());
  CHECK(Symbol() == Symbol(""));
  CHECK(sizeof(Symbol) == sizeof(void*));
}

TEST_CASE("symbols are the same from any thread") {
  std::vector<std::vector<Symbol>> made(4);
  {
    std::vector<std::jthread> threads;
    for (auto& symbols : made)
      threads.emplace_back([&symbols] {
        for (int i = 0; i < 500; ++i) symbols.emplace_back("symbol-" + std::to_string(i));
      });
  }
  for (const auto& symbols : made) CHECK(symbols == made[0]);
}

}  // namespace
}  // namespace perfgate
