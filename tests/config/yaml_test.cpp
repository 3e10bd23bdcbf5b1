#include "config/yaml.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

namespace perfgate::config {
namespace {

std::string yaml_message(std::string_view yaml) {
  const auto node = parse_yaml(yaml, "a.yaml");
  return node ? "read" : to_text(node.error().code) + " " + node.error().message;
}

TEST_CASE("yaml: values are told apart as the core schema does, each with its place") {
  const auto node = parse_yaml(
      "a: text\nb: 12\nc: 1.5\nd: true\ne: \"12\"\nf: [x, y]\ng:\n  - h: -3\n", "a.yaml");
  REQUIRE(node);
  CHECK(node->find("a")->kind == Node::Kind::text);
  CHECK(node->find("b")->integer == 12);
  CHECK(node->find("c")->real == 1.5);
  CHECK(node->find("d")->boolean);
  CHECK(node->find("e")->kind == Node::Kind::text);
  CHECK(node->find("f")->items[1].text == "y");
  CHECK(node->find("f")->items[1].origin == "a.yaml:6:8");
  CHECK(node->find("g")->items[0].find("h")->integer == -3);
}

TEST_CASE("yaml: an alias repeats what it names") {
  const auto node = parse_yaml("a: &x [1, 2]\nb: *x\n", "a.yaml");
  REQUIRE(node);
  CHECK(node->find("b")->items.size() == 2);
}

// AC:audit-yaml-limits
TEST_CASE("yaml: what no configuration needs is refused with its place") {
  CHECK(yaml_message("a: 1\na: 2\n").contains("CBKB102 a.yaml:2:1: the key `a` stands here twice"));
  CHECK(yaml_message("a: !!python/object x\n").contains("a.yaml:1:4: the tag"));
  CHECK(yaml_message("a: [\n").contains("no YAML"));
  CHECK(yaml_message("a: b\n\tc: d\n").contains("CBKB102 a.yaml:"));
  CHECK(yaml_message("- 1\n").contains("keys and values are expected"));
  CHECK(yaml_message("").contains("keys and values are expected") == false);
  CHECK(yaml_message("a: 1\n---\nb: 2\n").contains("more than one document"));
  CHECK(yaml_message("[x]: 1\n").contains("a key that is no plain text"));
  CHECK(yaml_message("a: &x 1\n<<: *x\n").contains("a key that is no plain text"));
  CHECK(yaml_message(std::string("a: b\0c", 6)).contains("it is no text"));
  CHECK(yaml_message("a: \xff\n").contains("CBKB102"));
  CHECK(yaml_message("a: *nowhere\n").contains("CBKB102 a.yaml:1:"));
  CHECK(yaml_message(std::string((64 << 10) + 1, ' ')).contains("larger than 64 KiB"));
  std::string deep;
  for (int i = 0; i < 40; ++i) deep += "[";
  CHECK(yaml_message("a: " + deep).contains("more than 16 levels"));
  // A billion laughs.
  std::string laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i)
    laughs +=
        fmt::format("a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n", i, i - 1);
  CHECK(yaml_message(laughs).contains("aliases that repeat more than 4096 values"));
  std::string many;
  for (int i = 0; i < 5000; ++i) many += fmt::format("k{}: 1\n", i);
  CHECK(yaml_message(many).contains("more than 4096 values"));
}

}  // namespace
}  // namespace perfgate::config
