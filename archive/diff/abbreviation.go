package diff

// abbreviations are words whose full stop does not end a sentence, in lower case and without that full stop. Languages
// share one list: a page may quote another language, and its own is not always known. Words that end many sentences
// ("etc.", "p.m.") are left out, because a capital after them more often begins one.
var abbreviations = map[string]bool{
	"a.d": true, "adm": true, "al": true, "approx": true, "apr": true, "aprox": true, "assn": true, "aug": true,
	"av": true, "avv": true, "b.a": true, "b.c": true, "bijv": true, "bl.a": true, "bl.a.a": true, "bros": true,
	"bspw": true, "bzw": true, "c.-à-d": true, "capt": true, "cf": true, "cmdr": true, "co": true, "col": true,
	"corp": true, "cpl": true, "d.h": true, "d.w.z": true, "dec": true, "dept": true, "dhr": true, "dipl": true,
	"dott": true, "dott.ssa": true, "dr": true, "drs": true, "dvs": true, "dª": true, "dña": true, "e.g": true,
	"e.u": true, "e.v": true, "ed": true, "eds": true, "ee": true, "ee.uu": true, "ekskl": true, "env": true,
	"evtl": true, "exkl": true, "f.eks": true, "feb": true, "fr": true, "fri": true, "frl": true, "gem": true,
	"gen": true, "ggf": true, "gmbh": true, "gov": true, "hon": true, "hr": true, "i.d.r": true, "i.e": true,
	"i.v.m": true, "inc": true, "ing": true, "inkl": true, "insp": true, "inż": true, "jan": true, "jh": true,
	"jhd": true, "jl": true, "jr": true, "jul": true, "jun": true, "kl": true, "llc": true, "lt": true, "ltd": true,
	"m": true, "m.a": true, "m.b.t": true, "m.d": true, "m.fl": true, "m.in": true, "m.m": true, "maj": true,
	"mar": true, "messrs": true, "mevr": true, "mgr": true, "mht": true, "mio": true, "mlle": true, "mm": true,
	"mme": true, "mmes": true, "mr": true, "mrd": true, "mrs": true, "ms": true, "mw": true, "mx": true, "n": true,
	"n.b": true, "no.s": true, "nov": true, "np": true, "o.a": true, "o.ä": true, "oct": true, "p.ex": true,
	"paras": true, "pga": true, "ph.d": true, "pl": true, "plc": true, "pres": true, "prof": true, "prof.ssa": true,
	"r": true, "rep": true, "resp": true, "rev": true, "réf": true, "s.k": true, "s.o": true, "s.p.a": true,
	"s.r.l": true, "s.u": true, "sen": true, "sep": true, "sept": true, "sgt": true, "sig": true, "sig.ra": true,
	"sigg": true, "sog": true, "sr": true, "sra": true, "srta": true, "st": true, "supt": true, "t.a.v": true,
	"t.ex": true, "thu": true, "thur": true, "thurs": true, "tj": true, "trans": true, "tsd": true, "tue": true,
	"tues": true, "tzw": true, "u": true, "u.a": true, "u.k": true, "u.n": true, "u.s": true, "u.u": true,
	"u.ä": true, "ud": true, "uds": true, "ul": true, "univ": true, "uu": true, "v": true, "v.a": true, "vgl": true,
	"vs": true, "wed": true, "z": true, "z.b": true, "zzgl": true, "éd": true, "акад": true, "г": true, "гг": true,
	"им": true, "млн": true, "млрд": true, "проф": true, "руб": true, "см": true, "т.е": true, "тыс": true,
	"ул": true,
}

// numbering are abbreviations only where a figure follows ("No. 5").
var numbering = map[string]bool{
	"abs": true, "art": true, "arts": true, "bd": true, "bl": true, "blz": true, "ca": true, "ch": true, "chap": true,
	"ecc": true, "fig": true, "figs": true, "nn": true, "no": true, "nos": true, "nr": true, "núm": true, "p": true,
	"pag": true, "para": true, "pkt": true, "pp": true, "pág": true, "págs": true, "s": true, "sec": true,
	"str": true, "tel": true, "vol": true, "vols": true, "п": true, "рис": true, "стр": true, "№": true,
}
