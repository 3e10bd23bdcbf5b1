"""What qualify promises of the bundled suite, against a decoder that really does more work."""

import shlex

import support

ONE = "--benchmark_filter=decode_comp3_heavy/1000$"


class Promise(support.Case):
    def command(self, *more):
        words = [support.SUITE, "--min-time=0.01", ONE, *more,
                 "--benchmark_out={out}", "--benchmark_out_format=json"]
        return " ".join(shlex.quote(word) for word in words)

    # AC:qualify-spot-check
    def test_a_slowed_decoder_is_found_where_qualify_promised_it(self):
        ended = self.perfgate("qualify", "--harness", "google-benchmark", "--cmd", self.command(), "--out", "q",
                              timeout=300)
        self.assertIn(ended.code, (0, 1, 2), ended)
        promised, = [one for one in self.json("q/qualification.json")["benchmarks"]]
        self.assertEqual(promised["metric"], "time")
        ended = self.perfgate("ab", "--harness", "google-benchmark", "--out", "ab", "--base-cmd", self.command(),
                              "--head-cmd", self.command("--slowdown=20"), timeout=300)
        finding, = [one for one in self.json("ab/judgement.json")["findings"] if "comparison" in one]
        change = finding["comparison"]["change"]
        self.assertGreater(change, 0.05, ended)
        self.assertLess(change, 0.45, ended)
        self.assertNotIn(finding["verdict"], ("pass", "improved"), ended)
        # What is found in 80 % of experiments at half the size is found at this one.
        if promised.get("detectable", 9) < 0.1:
            self.assertEqual(finding["verdict"], "fail", ended)

    # AC:qualify-spot-check
    def test_launches_can_be_judged_again_by_other_thresholds(self):
        ended = self.perfgate("qualify", "--harness", "google-benchmark", "--cmd", self.command(), "--rounds", "20",
                              "--experiments", "200", "--out", "q", timeout=300)
        self.assertIn(ended.code, (0, 1, 2), ended)
        self.write("fine.toml", "[[rule]]\nfail = 0.0101\n")
        ended = self.perfgate("qualify", "--run", "q/run.json", "--policy", "fine.toml", "--out", "r")
        self.expect(ended, 2, "CBKB102", "would do")


if __name__ == "__main__":
    support.main()
