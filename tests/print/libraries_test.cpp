#include "print/libraries.hpp"

#include <dlfcn.h>
#include <doctest/doctest.h>

#include <string>

namespace perfgate::print {
namespace {

void* open(const char* name) { return ::dlopen(name, RTLD_NOW | RTLD_LOCAL); }

// AC:pdf-missing-library
TEST_CASE("PDF: a library that is not installed is named with its package") {
  for (const auto& [library, package] :
       {std::pair{"libcairo.so.2", "libcairo2"}, std::pair{"libpango-1.0.so.0", "libpango-1.0-0"},
        std::pair{"libpangocairo-1.0.so.0", "libpangocairo-1.0-0"},
        std::pair{"libfontconfig.so.1", "libfontconfig1"}}) {
    const auto loaded = load_libraries([&](const char* name) -> void* {
      return std::string_view(name) == library ? nullptr : open(name);
    });
    REQUIRE(!loaded);
    CHECK(loaded.error().code == Code::io);
    CHECK(loaded.error().message ==
          "printing a PDF: the library " + std::string(library) + " is not installed");
    CHECK(loaded.error().hint ==
          "apt-get install " + std::string(package) + ", or take another format");
  }
}

// AC:pdf-missing-library
TEST_CASE("PDF: a library without what is needed is too old") {
  const auto loaded = load_libraries([&](const char* name) {
    // One that knows nothing of pango.
    return open(std::string_view(name) == "libpango-1.0.so.0" ? "libglib-2.0.so.0" : name);
  });
  REQUIRE(!loaded);
  CHECK(loaded.error().message.contains("libpango-1.0.so.0 has no pango_"));
  CHECK(loaded.error().message.contains("too old"));
}

}  // namespace
}  // namespace perfgate::print
