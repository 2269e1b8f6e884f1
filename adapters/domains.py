"""Top-level domains: those of countries, all of them, and the general ones that are met most."""

_COUNTRIES = """
ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf
cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge gf gg
gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn
kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na
nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh
si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve
vg vi vn vu wf ws ye yt za zm zw
"""
_GENERAL = """
abogado academy accountant accountants actor adult aero africa agency airforce apartments app archi army arpa art asia
associates attorney auction audio auto autos baby band bank bar barcelona bargains baseball basketball bcn beauty beer
berlin best bet bible bid bike bingo bio biz black blog blue boats bond book boutique broker brussels build builders
business buy buzz cab cafe cam camera camp capital car cards care career careers cars casa cash casino cat catering
catholic center ceo charity chat cheap christmas church city claims cleaning click clinic clothing cloud club coach
codes coffee college com community company compare computer condos construction consulting contact contractors cooking
cool coop corsica country coupons courses credit creditcard cricket cruises cymru dance data date dating day deals
degree delivery democrat dental dentist design dev diamonds diet digital direct directory discount doctor dog domains
download earth eco edu education email energy engineer engineering enterprises equipment estate eus events exchange
expert exposed express fail faith family fan fans farm fashion film finance financial fish fishing fit fitness flights
florist flowers foo food football forsale forum foundation frl fun fund furniture futbol fyi gal gallery game games
garden gay gent gift gifts gives glass global gmbh gold golf gov graphics gratis green gripe group guide guitars guru
hair hamburg haus health healthcare help hiphop hiv hockey holdings holiday homes horse hospital host hosting hotel
hoteles house how immo immobilien inc industries info ing ink institute insurance insure int international investments
irish istanbul jetzt jewelry jobs juegos kaufen kids kim kitchen kiwi land lat latino law lawyer lease legal lgbt life
lighting limited limo link live llc loan loans lol london lotto love ltd ltda luxe luxury madrid maison makeup
management market marketing markets mba media melbourne meme memorial men menu miami mil mobi moda moe mom money
monster mortgage moscow moto mov movie museum music name navy net network new news ngo ninja nyc observer one ong onl
online ooo org organic page paris partners parts party pet pets pharmacy photo photography photos physio pics pictures
pink pizza place plumbing plus poker porn post press pro productions promo properties property protection pub quebec
quest racing radio realestate realty recipes red rehab reise reisen rent rentals repair report republican rest
restaurant review reviews rich rio rip rocks rodeo roma rugby run sale salon sarl school schule science scot security
select services sex sexy shiksha shoes shop shopping show singles site ski soccer social software solar solutions soy
spa space sport sports srl storage store stream studio study style sucks supplies supply support surf surgery swiss
sydney systems taipei tattoo tax taxi team tech technology tel tennis theater theatre tickets tienda tips tires today
tokyo tools top tours town toys trade trading training travel trust tube uno vacations vegas ventures versicherung vet
viajes video villas vin vip vision viva vlaanderen vodka vote voting voto voyage wales watch webcam website wedding
wien wiki win wine work works world wtf xxx xyz yachts yoga zip zone
"""

DOMAINS = frozenset(_COUNTRIES.split()) | frozenset(_GENERAL.split())
