"""A genuine workbook of Excel 97–2003 (BIFF8): a title over ten columns, the header, and one row with real days.

Nothing that is maintained writes this format, so its bytes are kept, compressed.
"""

import zlib
from base64 import b85decode

CONTENT = zlib.decompress(
    b85decode(
        "c-rk)NoW*76n)h*J)5&7#$Y1IAR09$;C2upP9mr$<1&iI1Wm@7L(nV?B8-BG(VSvH5!?`ABp$rP<)8*Nxa1(HD0&bCAyGUD5<yW!Gyeal"
        "r_G|^fC@^#rhe7?^?%pzs;;H`@uR%K)TQDfjKeb6Fp_q|F-oT>xw9k)s!yl6n9W_3(iZ+HxLq`m4jtEh51c%PJl;dlaM6C7B=C|_9a>S{"
        "(i{){MJ$&X8WhJ+K~mu~Y5XXXsPaW_7dctv1+ly#vQjkNA}h#tP;J4ZaCPYt<1OB-&5$}j_`X-g=ecMWU<&T>TikY7Wo&g+B^n!c{$mx>"
        "?OybN26R=tIi6r1z&Ut;B%!>isXP`NL;($U4?d(r!29g1z7?|ce^;+S`cGr^&Y$RAG>GH%M>RXpj&!|Dl1_NhZs!_J4M$44zu+XV)Cf@W"
        "K`q35EW~2$+WPQFUu*Kj+ua=<eXVS0gDPzM7zy!|@NF1QQnoR&dJSc4LD`jrs^=EA-LKK1LP&MxuRl~9jM|~j)UG(jMK*3czL&BLL)8MR"
        "MRlOAG5UEc6_-Y8;+NYi>&T+NE7j%U{Y2KE;F$HtC-c%vGDd-OIZtM1kUHSY`FBrNN7sh8iKboloXpNNi#q~o>}L;h_DhXTB)3#59`i(Y"
        "$X%yNxmaWYO&!Wh)=n`BD-VdxL8&dFb`}YqhG&l|&!KYXn|0TwcfJbGrE>48p*;n?&%!Cppq(;C{(K!knJQDKPBQw!*<2Z`*b9+G6IL{r"
        "7Bpf{8{2OHU*$<a{lVzRRC)Hi371>E)epRtc(cr~Y~N;>M$Be18!@}d?8J1F>BJl+a}aZy%t_2;GMB`YWo}{~<LR^?#HUGolMMUJ*n3UJ"
        "@%c=~@%c?=H|~5BGl}WcyLawtB+m}8+%v$w9mO2!@_jnR@!IGO$f;(TmX9mkIPD(a;eiDU7A#n>V8O!w20j64#yOeKdb)82cN+h7zET>o"
        "ev|ySSdSLEcF{-W3N%xmKr*NIrx3cz-b?+WPxgNyV-vNWzz#$ujvYC_zw`~IMnBIlI|hH>6w0;zkzC^Z!|i_q3nB@!"
    )
)
