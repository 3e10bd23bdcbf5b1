// perfgate-eval cp DATA.jsonl OUT.jsonl: what the product finds, with the product's defaults, in
// data of known truth. Not shipped.

#include <fstream>
#include <iostream>
#include <string_view>

#include "changepoints.hpp"

int main(int count, char** arguments) {
  if (count != 4 || std::string_view(arguments[1]) != "cp") {
    std::cerr << "usage: perfgate-eval cp DATA.jsonl OUT.jsonl\n";
    return 2;
  }
  std::ifstream in(arguments[2]);
  std::ofstream out(arguments[3]);
  if (!in || !out) {
    std::cerr << "perfgate-eval: cannot open " << arguments[in ? 3 : 2] << '\n';
    return 9;
  }
  return perfgate::evaluate_changepoints(in, out);
}
