#include "base/embedded.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>
#include "paths.hpp"

using namespace perfgate;

TEST_CASE("embedded: every file is there byte for byte") {
  CHECK(embedded_files().size() >= 3);
  for (const Embedded& file : embedded_files()) {
    CAPTURE(file.path);
    std::ifstream in(std::string(PERFGATE_SOURCE_DIR "/") + std::string(file.path),
                     std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    CHECK(file.bytes == bytes);
    CHECK(embedded(file.path) == bytes);
  }
  CHECK_FALSE(find_embedded(embedded_files(), "templates/none.html").has_value());
}
