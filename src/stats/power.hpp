#pragma once

namespace perfgate::stats {

/// Of a comparison whose estimate has this standard error: the chance that the estimate, less
/// `z_alpha` errors, lies above `floor` where the true shift is `shift`. Source: Cohen (1988),
/// section 2.2.
double power(double shift, double standard_error, double floor, double z_alpha);

/// The smallest true shift that is seen with this power.
double smallest_detectable(double standard_error, double floor, double z_alpha, double power);

/// How many samples a side it takes for an estimate as now, from `n` with this standard error, to
/// be decided: its interval of z_alpha errors no longer reaches the bound that is `distance` away.
/// Errors shrink with the square root of n. At most `limit`, which stands for "more than that".
int samples_to_decide(int n, double standard_error, double distance, double z_alpha, int limit);

}  // namespace perfgate::stats
