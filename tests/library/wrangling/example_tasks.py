"""Fifty small tasks as people have them: columns, and what is wanted in each row."""

import datetime as dt

NAMES = ["John Smith", "Ann Lee", "Bob van Dyke", "Maria Jones"]
MAIL = ["john.smith@acme.com", "ann@lee.org", "bob.v@mail.example.net", "m.jones@acme.com"]
PHONE = ["(212) 555-0187", "(415) 555-2671", "(646) 555-8890", "(303) 555-1200"]
DATES = [dt.date(2013, 1, 5), dt.date(2014, 11, 15), dt.date(2000, 2, 3), dt.date(1999, 12, 31)]
TIMES = [
    dt.datetime(2013, 1, 5, 7, 9),
    dt.datetime(2014, 11, 15, 18, 30),
    dt.datetime(2000, 2, 3, 0, 5),
    dt.datetime(1999, 12, 31, 12, 0),
]

TASKS = {
    "first name": ({"name": NAMES}, ["John", "Ann", "Bob", "Maria"]),
    "last word": ({"name": NAMES}, ["Smith", "Lee", "Dyke", "Jones"]),
    "last name, first name": ({"name": NAMES[:2] + NAMES[3:]}, ["Smith, John", "Lee, Ann", "Jones, Maria"]),
    "initial and last name": ({"name": ["John Smith", "Ann Lee", "Maria Jones"]}, ["J. Smith", "A. Lee", "M. Jones"]),
    "initials": ({"name": ["John Smith", "Ann Lee", "Maria Jones"]}, ["JS", "AL", "MJ"]),
    "initials with points": ({"name": ["John Smith", "Ann Lee", "Maria Jones"]}, ["J.S.", "A.L.", "M.J."]),
    "upper case": ({"city": ["Paris", "Rome", "Oslo"]}, ["PARIS", "ROME", "OSLO"]),
    "title case": ({"city": ["NEW YORK", "los angeles", "San DIEGO"]}, ["New York", "Los Angeles", "San Diego"]),
    "user of e-mail": ({"mail": MAIL}, ["john.smith", "ann", "bob.v", "m.jones"]),
    "domain of e-mail": ({"mail": MAIL}, ["acme.com", "lee.org", "mail.example.net", "acme.com"]),
    "top level domain": ({"mail": MAIL}, ["com", "org", "net", "com"]),
    "e-mail from names": (
        {"first": ["John", "Ann", "Bob"], "last": ["Smith", "Lee", "Dyke"]},
        ["john.smith@acme.com", "ann.lee@acme.com", "bob.dyke@acme.com"],
    ),
    "user name": ({"first": ["John", "Ann", "Bob"], "last": ["Smith", "Lee", "Dyke"]}, ["jsmith", "alee", "bdyke"]),
    "full name": (
        {"first": ["John", "Ann", "Bob"], "last": ["Smith", "Lee", "Dyke"]},
        ["John Smith", "Ann Lee", "Bob Dyke"],
    ),
    "area code": ({"phone": PHONE}, ["212", "415", "646", "303"]),
    "phone with hyphens": ({"phone": PHONE}, ["212-555-0187", "415-555-2671", "646-555-8890", "303-555-1200"]),
    "digits only": ({"phone": PHONE}, ["2125550187", "4155552671", "6465558890", "3035551200"]),
    "last four digits": (
        {"card": ["4539-1488-0343-6467", "6011-0009-9013-9424", "3056-9309-0259-0400"]},
        ["6467", "9424", "0400"],
    ),
    "masked card": (
        {"card": ["4539-1488-0343-6467", "6011-0009-9013-9424", "3056-9309-0259-0400"]},
        ["XXXX-6467", "XXXX-9424", "XXXX-0400"],
    ),
    "price as number": ({"price": ["$1,234.50", "$12.00", "$7,000,000.25"]}, ["1234.50", "12.00", "7000000.25"]),
    "unit of a measure": ({"size": ["12 kg", "7 lb", "150 g"]}, ["kg", "lb", "g"]),
    "number of a measure": ({"size": ["12kg", "7lb", "150g"]}, ["12", "7", "150"]),
    "in parentheses": ({"title": ["Alien (1979)", "The Thing (1982)", "Heat (1995)"]}, ["1979", "1982", "1995"]),
    "before parentheses": (
        {"title": ["Alien (1979)", "The Thing (1982)", "Heat (1995)"]},
        ["Alien", "The Thing", "Heat"],
    ),
    "title and year": (
        {"title": ["Alien", "The Thing", "Heat"], "year": [1979, 1982, 1995]},
        ["Alien (1979)", "The Thing (1982)", "Heat (1995)"],
    ),
    "host of an address": (
        {"url": ["https://www.acme.com/shop?x=1", "http://lee.org/", "https://mail.example.net/a/b"]},
        ["acme.com", "lee.org", "mail.example.net"],
    ),
    "file name": (
        {"path": ["/home/ann/report.pdf", "/tmp/x.csv", "/data/2013/jan/flights.parquet"]},
        ["report.pdf", "x.csv", "flights.parquet"],
    ),
    "file ending": (
        {"path": ["/home/ann/report.v2.pdf", "/tmp/x.csv", "/data/flights.parquet"]},
        ["pdf", "csv", "parquet"],
    ),
    "folder": (
        {"path": ["/home/ann/report.pdf", "/tmp/x.csv", "/data/2013/flights.parquet"]},
        ["/home/ann", "/tmp", "/data/2013"],
    ),
    "part of a code": ({"code": ["AB-123-XY", "C-77-Z", "QQQ-9-LMN"]}, ["123", "77", "9"]),
    "code without hyphens": ({"code": ["AB-123-XY", "C-77-Z", "QQQ-9-LMN"]}, ["AB123XY", "C77Z", "QQQ9LMN"]),
    "padded number": ({"flight": [7, 45, 1545]}, ["0007", "0045", "1545"]),
    "carrier and flight": ({"carrier": ["UA", "B6", "AA"], "flight": [1545, 725, 1141]}, ["UA1545", "B6725", "AA1141"]),
    "route": (
        {"origin": ["EWR", "JFK", "LGA"], "dest": ["IAH", "MIA", "ORD"]},
        ["EWR → IAH", "JFK → MIA", "LGA → ORD"],
    ),
    "slug": (
        {"title": ["The Quick Fox", "Lazy Dog", "Over The Hills"]},
        ["the-quick-fox", "lazy-dog", "over-the-hills"],
    ),
    "snake case": ({"field": ["First Name", "Zip", "Date Of Birth"]}, ["first_name", "zip", "date_of_birth"]),
    "trimmed": ({"name": ["  Ann ", "Bob   ", " Carl"]}, ["Ann", "Bob", "Carl"]),
    "city of an address": (
        {"address": ["12 Main St, Springfield, IL 62701", "9 Oak Ave, Salem, OR 97301", "77 Elm Rd, Dover, DE 19901"]},
        ["Springfield", "Salem", "Dover"],
    ),
    "zip of an address": (
        {"address": ["12 Main St, Springfield, IL 62701", "9 Oak Ave, Salem, OR 97301", "77 Elm Rd, Dover, DE 19901"]},
        ["62701", "97301", "19901"],
    ),
    "state of an address": (
        {"address": ["12 Main St, Springfield, IL 62701", "9 Oak Ave, Salem, OR 97301", "77 Elm Rd, Dover, DE 19901"]},
        ["IL", "OR", "DE"],
    ),
    "German date": ({"day": DATES}, ["05.01.2013", "15.11.2014", "03.02.2000", "31.12.1999"]),
    "month and year": ({"day": DATES}, ["Jan 2013", "Nov 2014", "Feb 2000", "Dec 1999"]),
    "weekday": ({"day": DATES}, ["Saturday", "Saturday", "Thursday", "Friday"]),
    "quarter": ({"day": DATES}, ["2013-Q1", "2014-Q4", "2000-Q1", "1999-Q4"]),
    "time of day": ({"at": TIMES}, ["07:09", "18:30", "00:05", "12:00"]),
    "American to ISO date": (
        {"day": ["01/05/2013", "11/15/2014", "02/03/2000"]},
        ["2013-01-05", "2014-11-15", "2000-02-03"],
    ),
    "long date from ISO": (
        {"day": ["2013-01-05", "2014-11-15", "2000-02-03"]},
        ["January 5, 2013", "November 15, 2014", "February 3, 2000"],
    ),
    "ISO from written date": (
        {"day": ["Jun 12 1998", "Aug 07 1998", "Dec 31 1999"]},
        ["1998-06-12", "1998-08-07", "1999-12-31"],
    ),
    "day and month of a time": (
        {"at": ["2013-01-05 07:09", "2014-11-15 18:30", "2000-02-03 00:05"]},
        ["05/01", "15/11", "03/02"],
    ),
    "year of a time": (
        {"at": ["2013-01-05T07:09:00", "2014-11-15T18:30:00", "2000-02-03T00:05:00"]},
        ["2013", "2014", "2000"],
    ),
}

MORE = {
    "seconds": ({"t": ["3:45", "10:05", "0:30"]}, ["3", "10", "0"]),
    "runtime min": ({"r": ["123 min", "95 min", "60 min"]}, ["123", "95", "60"]),
    "km": ({"miles": [100, 250, 7]}, ["160.9", "402.3", "11.3"]),
    "speed": ({"distance": [1400, 1416, 1089], "air_time": [227, 227, 160]}, ["370.0", "374.3", "408.4"]),
    "celsius": ({"f": [212, 32, 50]}, ["100", "0", "10"]),
    "diff": ({"dep": [517, 533, 542], "sched": [515, 529, 540]}, ["2", "4", "2"]),
    "total": ({"price": [2.5, 3.0, 4.25], "n": [2, 3, 4]}, ["5.00", "9.00", "17.00"]),
    "sex": ({"sex": ["M", "F", "F", "M"]}, ["Male", "Female", "Female", "Male"]),
    "year from ymd num": ({"d": [20130105, 20141115, 20000203]}, ["2013", "2014", "2000"]),
    "hhmm": ({"t": ["517", "1533", "2359"]}, ["17", "33", "59"]),
    "species short": (
        {"s": ["Adelie Penguin (Pygoscelis adeliae)", "Gentoo penguin (Pygoscelis papua)"]},
        ["Adelie", "Gentoo"],
    ),
    "latin": (
        {"s": ["Adelie Penguin (Pygoscelis adeliae)", "Gentoo penguin (Pygoscelis papua)"]},
        ["Pygoscelis adeliae", "Pygoscelis papua"],
    ),
    "tag": ({"s": ["#sun at sea", "a #dog day", "go #home"]}, ["sun", "dog", "home"]),
    "key=val": ({"s": ["a=1;b=22;c=3", "a=7;b=8;c=9", "a=0;b=455;c=1"]}, ["22", "8", "455"]),
    "middle": ({"s": ["Smith, John A.", "Lee, Ann B.", "Dyke, Bob C."]}, ["John", "Ann", "Bob"]),
    "swap": ({"s": ["Smith, John", "Lee, Ann", "van Dyke, Bob"]}, ["John Smith", "Ann Lee", "Bob van Dyke"]),
    "possess": ({"s": ["Ann", "Bob", "Carl"]}, ["Hello Ann!", "Hello Bob!", "Hello Carl!"]),
    "yymmdd": ({"s": ["130105", "141115", "000203"]}, ["05/01/13", "15/11/14", "03/02/00"]),
    "month name": ({"m": ["2013-01", "2014-11", "2000-02"]}, ["January", "November", "February"]),
    "log level": (
        {"l": ["2013-01-05 07:09:11 ERROR disk full", "2013-01-05 07:10:00 INFO ok", "2014-02-05 07:10:00 WARN hot"]},
        ["ERROR", "INFO", "WARN"],
    ),
    "log msg": (
        {
            "l": [
                "2013-01-05 07:09:11 ERROR disk full",
                "2013-01-05 07:10:00 INFO ok",
                "2014-02-05 07:10:00 WARN too hot",
            ]
        },
        ["disk full", "ok", "too hot"],
    ),
    "grade": ({"score": [85, 40, 60, 59]}, ["pass", "fail", "pass", "fail"]),
    "isbn": ({"i": ["ISBN 978-3-16-148410-0", "ISBN 978-0-306-40615-7"]}, ["9783161484100", "9780306406157"]),
    "html": ({"h": ["<b>Hi</b>", "<i>you there</i>"]}, ["Hi", "you there"]),
    "pct": ({"p": ["12.5%", "7%", "100%"]}, ["12.5", "7", "100"]),
}
"""Tasks that were written after the search was finished, to judge it by."""
