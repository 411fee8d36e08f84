/* fn.h - the elementary and special functions, our own, so that every machine gives the same bits.
 *
 * glibc's exp, log and pow choose another path on CPUs with FMA; a stored decision must replay bit for bit, so no
 * function of libm is called in this room (tools/check-libm.sh). sqrt, fabs and floor are single exact instructions.
 * Accuracy is relative to the true value unless stated. No argument gives NaN: out-of-domain arguments give the nearest
 * limit, as written beside each function. */
#pragma once

double fn_exp(double x);                      /* 1e-15; 0 below -745, largest double above 709.78 */
double fn_log(double x);                      /* 1e-15; x <= 0 gives -745 (the log of the smallest double) */
double fn_log1p(double x);                    /* log(1 + x), 1e-15 also for tiny x; x > -1 */
double fn_expm1(double x);                    /* exp(x) - 1, 1e-14 also for tiny x */
double fn_pow(double x, double y);            /* x >= 0; 1e-13 for |y log x| < 100 */
double fn_lgamma(double x);                   /* x > 0; 1e-14 absolute below 10, relative above */
double fn_gamma_p(double shape, double x);    /* regularised lower incomplete gamma P(shape, x), 0..1, 1e-12; a gamma's cdf */
double fn_erfc(double x);                     /* 1e-13 */
double fn_normal_density(double z);
double fn_normal_cdf(double z);               /* 1e-13 in both tails */
double fn_normal_quantile(double p);          /* 1e-12; p is first brought into 1e-300 .. 1 - 1e-16 */
double fn_clamp(double x, double least, double most);
