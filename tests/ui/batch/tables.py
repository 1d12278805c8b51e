"""Tables as people really paste them: what each holds, and a word of the note that has to say what was assumed.

A case: the text, its values or a word of its refusal, the names or None, a word of a note or "" where nothing is assumed.
"""

from typing import NamedTuple


class Case(NamedTuple):
    text: str | bytes
    values: list | str
    names: list[str] | None = None
    note: str = ""


CASES: dict[str, Case] = {
    # --- spreadsheets of several countries
    "Excel US, tabs": Case(
        "Price\tUnits\n$1,250.00\t3\n$980.50\t12\n$12,400.00\t7",
        [[1250, 3], [980.5, 12], [12400, 7]],
        ["Price", "Units"],
        "$",
    ),
    "Excel US, whole thousands": Case(
        "city\tpop\nA\t1,250\nB\t980\nC\t12,400", [[1250], [980], [12400]], ["pop"], "1,250"
    ),
    "Excel German, tabs": Case(
        "Größe\tPreis\n1,85\t1.250,00 €\n1,7\t980,50 €", [[1.85, 1250], [1.7, 980.5]], ["Größe", "Preis"], "€"
    ),
    "Excel German, thousands alone": Case(
        "Umsatz;Jahr\n8.250;3\n950;4\n12.000;5", [[8250, 3], [950, 4], [12000, 5]], ["Umsatz", "Jahr"], "8.250"
    ),
    "three decimals": Case("w,h\n1.234,2.345\n3.456,4.567", [[1.234, 2.345], [3.456, 4.567]], ["w", "h"]),
    "three decimals beside others": Case("w;h\n1.234;2.5\n3.456;4.25", [[1.234, 2.5], [3.456, 4.25]], ["w", "h"]),
    "three decimals that could be thousands": Case(
        "w\th\n1.234\t2.345\n3.456\t4.567", [[1.234, 2.345], [3.456, 4.567]], ["w", "h"], "1.234"
    ),
    "a table of the lab": Case(
        "age\tkm\n−0.335\t1.502\n−9.00e−4\t−1.00e6", [[-0.335, 1.502], [-9e-4, -1e6]], ["age", "km"]
    ),
    "Excel French": Case("Prix;Qté\n1\u202f250,00;3\n980,50;12", [[1250, 3], [980.5, 12]], ["Prix", "Qté"]),
    "Excel French, plain spaces": Case("Prix;Qté\n1 250,00;3\n980,50;12", [[1250, 3], [980.5, 12]], ["Prix", "Qté"]),
    "Excel Swiss": Case("Preis\tMenge\n1'250.00\t3\n980.50\t12", [[1250, 3], [980.5, 12]], ["Preis", "Menge"]),
    "Excel Swiss, typographic": Case("CHF 1’250.50;3\nCHF 12’000.00;4", [[1250.5, 3], [12000, 4]], None, "CHF"),
    "Excel Indian": Case(
        "Amount\tQty\n1,25,000\t3\n12,34,567\t4\n98,500\t5", [[125000, 3], [1234567, 4], [98500, 5]], ["Amount", "Qty"]
    ),
    "rupees": Case("₹1,25,000.50\t3\n₹98,500.00\t4", [[125000.5, 3], [98500, 4]], None, "₹"),
    "accountants": Case(
        'Q1,Q2\n"1,200","(300)"\n"(1,450)",25', [[1200, -300], [-1450, 25]], ["Q1", "Q2"], "parentheses"
    ),
    "SAP": Case("Soll;Haben\n1.234,56-;2,00\n12,50;3,00-", [[-1234.56, 2], [12.5, -3]], ["Soll", "Haben"], "minus"),
    "a true minus": Case("a\tb\n−1.5\t2\n3\t–4", [[-1.5, 2], [3, -4]], ["a", "b"]),
    "Google Sheets": Case(
        "Name\tScore\tRate\nAnn\t12\t45%\nBob\t15\t50%", [[12, 45], [15, 50]], ["Score", "Rate"], "%"
    ),
    "percent and none": Case("a,b\n12%,1\n0.5,2", "percent"),
    "euro behind": Case("Preis;Stück\n12,50€;3\n9,99€;4", [[12.5, 3], [9.99, 4]], ["Preis", "Stück"], "€"),
    "two currencies": Case("p,q\n$5,1\n€6,2", "currencies"),
    "units": Case("Länge;Masse\n5 cm;1,2 kg\n7,5 cm;3 kg", [[5, 1.2], [7.5, 3]], ["Länge", "Masse"], "cm"),
    "two units": Case("len,n\n5 cm,1\n1 m,2", "units"),
    "decimal commas in quotes": Case('"x","y"\n"1,25","3,5"\n"2,75","4,0"', [[1.25, 3.5], [2.75, 4]], ["x", "y"]),
    "one column of decimal commas": Case("0,5\n1,25\n2,75\n4", [[0.5], [1.25], [2.75], [4]], None, "0,5"),
    "a named column of decimal commas": Case(
        "Temperatur\n12,5\n13,1\n11,8", [[12.5], [13.1], [11.8]], ["Temperatur"], "12,5"
    ),
    "one column of German money": Case("1.234,56\n900,50\n12.500,00", [[1234.56], [900.5], [12500]], None, "1.234,56"),
    "one column of US thousands": Case("42,000\n180,000\n950", [[42000], [180000], [950]], None, "42,000"),
    "one column with spaces in thousands": Case("1 234\n980\n12 500", [[1234], [980], [12500]], None, "1 234"),
    "two columns of whole numbers": Case("1,2\n3,4\n5,6", [[1, 2], [3, 4], [5, 6]], None, "1,2"),
    "named columns of whole numbers": Case("a,b\n1,5\n2,25", [[1, 5], [2, 25]], ["a", "b"]),
    "points and commas": Case("a\tb\n1.5\t2\n2,5\t3", "comma"),
    "both thousands": Case("1.234,5\t1\n1,234.5\t2", "comma"),
    "decimal commas and spaces": Case("x y\n1,5 2,75\n3,0 4,25", [[1.5, 2.75], [3, 4.25]], ["x", "y"]),
    "an empty corner of a sheet": Case(
        "\tA\tB\nr1\t1.5\t2\nr2\t3\t4.5\n\t\t", [[1.5, 2], [3, 4.5]], ["A", "B"], "left out"
    ),
    "Excel errors": Case("a;b\n1;#NV\n2;#WERT!\n3;4", [[3, 4]], ["a", "b"], "2 rows"),
    # --- names, titles, units, totals
    "title and units": Case(
        "Weather 2024\n\ntime;temp;hum\n;°C;%\n00:00;1,5;80\n01:00;1,7;81",
        [[1.5, 80], [1.7, 81]],
        ["temp", "hum"],
        "°C",
    ),
    "a padded title": Case("Sales 2024,,\nregion,q1,q2\nN,1,2\nS,3,4", [[1, 2], [3, 4]], ["q1", "q2"], "Sales 2024"),
    "a station": Case(
        "Station: Aachen\nLat: 50.78\nDate,T,P\n2024-01-01,3.5,1012\n2024-01-02,4.1,1009",
        [[3.5, 1012], [4.1, 1009]],
        ["T", "P"],
        "Station",
    ),
    "years for names": Case(
        "country,2019,2020,2021\nA,1.5,1.7,1.9\nB,2.5,2.7,2.9",
        [[1.5, 1.7, 1.9], [2.5, 2.7, 2.9]],
        ["2019", "2020", "2021"],
        "2019",
    ),
    "a total": Case("item,a,b\nx,1,2\ny,3,4\nTotal,4,6", [[1, 2], [3, 4]], ["a", "b"], "Total"),
    "German total": Case(
        "Posten;Wert;Menge\nA;1,5;2\nB;2,5;3\nSumme;4,0;5", [[1.5, 2], [2.5, 3]], ["Wert", "Menge"], "Summe"
    ),
    "a source": Case("a,b\n1,2\n3,4\nSource: ministry", [[1, 2], [3, 4]], ["a", "b"], "ministry"),
    "a separator line": Case("sep=,\na,b\n1,2\n3,4", [[1, 2], [3, 4]], ["a", "b"]),
    "comments": Case("# run 7\n# x y\n1.0 2.0\n3.0 4.0", [[1, 2], [3, 4]], ["x", "y"], "comment"),
    "comments without names": Case("% made by a program\n1.0 2.0\n3.0 4.0", [[1, 2], [3, 4]], None, "omment"),
    "slashes": Case("// x,y\n1,2.5\n3,4.5", [[1, 2.5], [3, 4.5]], ["x", "y"], "comment"),
    "names of one column": Case("height\n1.5\n1.7", [[1.5], [1.7]], ["height"]),
    "names with numbers": Case("x1,x2\n1,2\n3,4", [[1, 2], [3, 4]], ["x1", "x2"]),
    # --- what is no feature
    "an index of pandas": Case(
        ",age,km\n0,3,42000\n1,12,180000", [[3, 42000], [12, 180000]], ["age", "km"], "numbers the rows"
    ),
    "unnamed": Case("Unnamed: 0,age,km\n0,3,42000\n1,12,180000", [[3, 42000], [12, 180000]], ["age", "km"], "Unnamed"),
    "Kaggle ids": Case(
        "Id,SepalLengthCm,PetalWidthCm,Species\n1,5.1,0.2,Iris-setosa\n2,4.9,0.2,Iris-setosa",
        [[5.1, 0.2], [4.9, 0.2]],
        ["SepalLengthCm", "PetalWidthCm"],
        "Species",
    ),
    "Titanic": Case(
        'PassengerId,Survived,Pclass,Name,Sex,Age,Fare,Cabin\n1,0,3,"Braund, Mr. Owen",male,22,7.25,\n2,1,1,"Cumings, Mrs. John",female,38,71.2833,C85\n3,1,3,"Heikkinen, Miss. Laina",female,,7.925,',
        [[0, 3, 22, 7.25], [1, 1, 38, 71.2833]],
        ["Survived", "Pclass", "Age", "Fare"],
        "PassengerId",
    ),
    "seaborn penguins": Case(
        "species,island,bill_length_mm,body_mass_g,sex\nAdelie,Torgersen,39.1,3750,Male\nAdelie,Torgersen,,,\nGentoo,Biscoe,46.1,4500,Female",
        [[39.1, 3750], [46.1, 4500]],
        ["bill_length_mm", "body_mass_g"],
        "1 row",
    ),
    "German dates": Case(
        "Datum;Temp;Feuchte\n01.05.2024;12,5;40\n02.05.2024;13,1;38",
        [[12.5, 40], [13.1, 38]],
        ["Temp", "Feuchte"],
        "Datum",
    ),
    "US dates with times": Case("when,v\n5/1/2024 10:30 AM,1.5\n5/2/2024 11:30 PM,2.5", [[1.5], [2.5]], ["v"], "when"),
    "dates without marks": Case("date,v\n20240501,1.5\n20240502,2.5", [[1.5], [2.5]], ["v"], "date"),
    "stock prices": Case("Date,Open,Close,Volume\nMay 1, 2024,1,2,3", "values"),
    "wine with labels": Case(
        "1,14.23,1.71\n1,13.2,1.78\n2,12.37,0.94", [[1, 14.23, 1.71], [1, 13.2, 1.78], [2, 12.37, 0.94]]
    ),
    "truth": Case("a,b\n1.5,True\n2.5,False", [[1.5, 1], [2.5, 0]], ["a", "b"], "True"),
    "auto-mpg": Case(
        '18.0   8   307.0      130.0      3504.      12.0   70  1\t"chevrolet chevelle malibu"\n25.0   4   98.00      ?          2046.      19.0   71  1\t"ford pinto"\n24.0   4   113.0      95.00      2372.      15.0   70  3\t"toyota corona"',
        [[18, 8, 307, 130, 3504, 12, 70, 1], [24, 4, 113, 95, 2372, 15, 70, 3]],
        None,
        "1 row",
    ),
    "missing in every spelling": Case(
        "a;b\n1;2\nn/a;3\n;4\n5;k.A.\n6;–\n7;<NA>\n8;9", [[1, 2], [8, 9]], ["a", "b"], "5 rows"
    ),
    "SAS": Case(
        "Obs    age    km\n\n  1      3   42000\n  2      .   180000\n  3      7   95000",
        [[3, 42000], [7, 95000]],
        ["age", "km"],
        "Obs",
    ),
    "nines": Case(
        "hour,t,rain\n0,12.5,0.2\n1,-9999,0\n2,13.5,0", [[0, 12.5, 0.2], [2, 13.5, 0]], ["hour", "t", "rain"], "-9999"
    ),
    "a stray word": Case("a,b\n1,2\n3,x\n5,6", "Row 1, column b"),
    "a column that is never filled": Case("a,b,c\n1,,2\n3,,4", [[1, 2], [3, 4]], ["a", "c"], "nothing"),
    "infinity": Case("a,b\n1,inf\n2,3", "infinite"),
    # --- Python
    "a list": Case("[1.5, 2.5, 4]", [[1.5], [2.5], [4]], None, "one column"),
    "an assignment": Case("x = np.array([[1, 2.5],\n              [3, 4]], dtype=np.float32)", [[1, 2.5], [3, 4]]),
    "repr of an array": Case("array([[ 0.1, -1.2e-03],\n       [ 1.5,  2.0e+01]])", [[0.1, -0.0012], [1.5, 20]]),
    "array with points": Case("[[1. 2.]\n [3. 4.]]", [[1, 2], [3, 4]]),
    "a session": Case(">>> x\narray([[1., 2.],\n       [3., 4.]], dtype=float32)", [[1, 2], [3, 4]]),
    "a notebook": Case("Out[12]: \narray([[1, 2],\n       [3, 4]])", [[1, 2], [3, 4]]),
    "a tensor with a gradient": Case(
        "tensor([[ 0.5000, -1.2000],\n        [ 3.0000,  4.0000]], grad_fn=<AddmmBackward0>)", [[0.5, -1.2], [3, 4]]
    ),
    "a parameter": Case(
        "Parameter containing:\ntensor([[1., 2.],\n        [3., 4.]], device='cuda:0', requires_grad=True)",
        [[1, 2], [3, 4]],
    ),
    "TensorFlow": Case(
        "<tf.Tensor: shape=(2, 2), dtype=float32, numpy=\narray([[1., 2.],\n       [3., 4.]], dtype=float32)>",
        [[1, 2], [3, 4]],
    ),
    "TensorFlow printed": Case("tf.Tensor(\n[[1. 2.]\n [3. 4.]], shape=(2, 2), dtype=float32)", [[1, 2], [3, 4]]),
    "JAX": Case("Array([[1., 2.],\n       [3., 4.]], dtype=float32)", [[1, 2], [3, 4]]),
    "a long row that goes on": Case(
        "[[0.11111111 0.22222222 0.33333333 0.44444444 0.55555555\n  0.66666666]\n [1.11111111 1.22222222 1.33333333 1.44444444 1.55555555\n  1.66666666]]",
        [
            [0.11111111, 0.22222222, 0.33333333, 0.44444444, 0.55555555, 0.66666666],
            [1.11111111, 1.22222222, 1.33333333, 1.44444444, 1.55555555, 1.66666666],
        ],
    ),
    "truth in an array": Case("[[ True False]\n [False  True]]", [[1, 0], [0, 1]], None, "True"),
    "NaN in an array": Case("[[1. nan]\n [3. 4.]]", [[3, 4]], None, "1 row"),
    "columns left out of a print": Case("[[0 1 2 ... 7 8 9]\n [1 2 3 ... 8 9 0]]", "leaves values out"),
    "rows left out of a print": Case(
        "[[0 1]\n [1 2]\n ...\n [8 9]]", [[0, 1], [1, 2], [8, 9]], None, "leaves rows out"
    ),
    "three axes": Case("[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]", "axes"),
    "three axes of a print": Case("[[[1. 2.]\n  [3. 4.]]\n\n [[5. 6.]\n  [7. 8.]]]", "axes"),
    "a batch of one": Case("tensor([[[1., 2.],\n         [3., 4.]]])", [[1, 2], [3, 4]], None, "length 1"),
    "tuples": Case("[(1, 2.5), (3, 4)]", [[1, 2.5], [3, 4]]),
    "lists on lines": Case("[1, 2]\n[3, 4]\n[5, 6]", [[1, 2], [3, 4], [5, 6]]),
    "a dict": Case("{'age': [3, 12], 'km': [42000, 180000]}", [[3, 42000], [12, 180000]], ["age", "km"]),
    "a data frame being made": Case(
        "df = pd.DataFrame({'age': [3, 12, None], 'km': [42000, 180000, 5]})",
        [[3, 42000], [12, 180000]],
        ["age", "km"],
        "1 row",
    ),
    "dicts": Case("[{'a': 1, 'b': 2.5}, {'a': 3, 'b': 4}]", [[1, 2.5], [3, 4]], ["a", "b"]),
    # --- JSON
    "lists": Case("[[1, 2.5], [3, 4]]", [[1, 2.5], [3, 4]]),
    "lists with names": Case('[["a", "b"], [1, 2], [3, 4]]', [[1, 2], [3, 4]], ["a", "b"]),
    "records": Case(
        '[{"x": 1.5, "who": "A", "y": 2}, {"x": 2.5, "who": "B", "y": null}, {"x": 3, "who": "C", "y": 4}]',
        [[1.5, 2], [3, 4]],
        ["x", "y"],
        "who",
    ),
    "lines of JSON": Case('{"x": 1, "y": 2}\n{"x": 3, "y": 4}\n', [[1, 2], [3, 4]], ["x", "y"]),
    "columns of JSON": Case('{"x": {"0": 1, "1": 3}, "y": {"0": 2, "1": 4}}', [[1, 2], [3, 4]], ["x", "y"]),
    "split JSON": Case(
        '{"columns": ["x", "y"], "index": [0, 1], "data": [[1, 2], [3, 4]]}', [[1, 2], [3, 4]], ["x", "y"]
    ),
    # --- pandas prints
    "pandas": Case(
        "     age      km  name\n0    3.0   42000  anna\n1   12.0  180000   bob\n2    NaN   95000  carl\n\n[3 rows x 3 columns]",
        [[3, 42000], [12, 180000]],
        ["age", "km"],
        "name",
    ),
    "pandas with words for an index": Case(
        "       age      km\nname              \nanna     3   42000\nbob     12  180000",
        [[3, 42000], [12, 180000]],
        ["age", "km"],
        "left out",
    ),
    "pandas to_markdown": Case(
        "|    |   age |     km |\n|---:|------:|-------:|\n|  0 |     3 |  42000 |\n|  1 |    12 | 180000 |",
        [[3, 42000], [12, 180000]],
        ["age", "km"],
        "numbers the rows",
    ),
    "pandas to_latex": Case(
        "\\begin{tabular}{lrr}\n\\toprule\n & age & km \\\\\n\\midrule\n0 & 3 & 42000 \\\\\n1 & 12 & 180000 \\\\\n\\bottomrule\n\\end{tabular}",
        [[3, 42000], [12, 180000]],
        ["age", "km"],
        "numbers the rows",
    ),
    "a wide pandas print": Case(
        "     a    b  \\\n0  1.5  2.0   \n1  3.0  4.5   \n\n     c  \n0  5.0  \n1  6.5  ",
        [[1.5, 2, 5], [3, 4.5, 6.5]],
        ["a", "b", "c"],
        "side by side",
    ),
    "a series": Case("0    1.5\n1    2.5\n2    4.0\nName: x, dtype: float64", [[1.5], [2.5], [4]], None, "left out"),
    "a pandas print with dots": Case(
        "       a    b\n0    1.5  2.0\n1    3.0  4.5\n..   ...  ...\n98   7.0  8.5\n\n[99 rows x 2 columns]",
        [[1.5, 2], [3, 4.5], [7, 8.5]],
        ["a", "b"],
        "leaves rows out",
    ),
    "polars": Case(
        "shape: (2, 2)\n┌─────┬─────┐\n│ a   ┆ b   │\n│ --- ┆ --- │\n│ i64 ┆ f64 │\n╞═════╪═════╡\n│ 1   ┆ 2.5 │\n│ 3   ┆ 4.0 │\n└─────┴─────┘",
        [[1, 2.5], [3, 4]],
        ["a", "b"],
        "i64",
    ),
    # --- R
    "head of iris in R": Case(
        "  Sepal.Length Sepal.Width Species\n1          5.1         3.5  setosa\n2          4.9         3.0  setosa",
        [[5.1, 3.5], [4.9, 3]],
        ["Sepal.Length", "Sepal.Width"],
        "Species",
    ),
    "mtcars": Case(
        "               mpg cyl disp\nMazda RX4     21.0   6  160\nDatsun 710    22.8   4  108\nHornet 4 Drive 21.4   6  258",
        [[21, 6, 160], [22.8, 4, 108], [21.4, 6, 258]],
        ["mpg", "cyl", "disp"],
        "left out",
    ),
    "a matrix in R": Case("     [,1] [,2]\n[1,]    1  3.5\n[2,]    2  4.0", [[1, 3.5], [2, 4]]),
    "a named matrix in R": Case("       a   b\n[1,]   1 3.5\n[2,]   2 4.0", [[1, 3.5], [2, 4]], ["a", "b"]),
    "a vector in R": Case(" [1] 1.5 2.5 3.5\n [4] 4.5 5.5", [[1.5], [2.5], [3.5], [4.5], [5.5]], None, "column"),
    "c()": Case("x <- c(1.5, 2.5, NA, 4)", [[1.5], [2.5], [4]], ["x"], "1 row"),
    "data.frame()": Case(
        "data.frame(age = c(3, 12), km = c(42000, 180000))", [[3, 42000], [12, 180000]], ["age", "km"]
    ),
    "write.csv": Case(
        '"","age","km"\n"a",3,42000\n"b",12,180000', [[3, 42000], [12, 180000]], ["age", "km"], "left out"
    ),
    "write.table": Case(
        '"age" "km"\n"1" 3 42000\n"2" 12 180000', [[3, 42000], [12, 180000]], ["age", "km"], "numbers the rows"
    ),
    "a tibble": Case(
        "# A tibble: 2 × 2\n    age     km\n  <dbl>  <dbl>\n1     3  42000\n2    12 180000",
        [[3, 42000], [12, 180000]],
        ["age", "km"],
        "<dbl>",
    ),
    # --- MATLAB, Octave, Julia
    "MATLAB": Case("A =\n\n     1     2\n     3     4\n", [[1, 2], [3, 4]]),
    "MATLAB's factor": Case(
        "A =\n\n   1.0e+03 *\n\n    0.0010    1.2000\n    0.0030    2.4000\n", [[1, 1200], [3, 2400]], None, "1.0e+03"
    ),
    "MATLAB's columns": Case(
        "A =\n\n  Columns 1 through 2\n\n     1     2\n     4     5\n\n  Column 3\n\n     3\n     6\n",
        [[1, 2, 3], [4, 5, 6]],
        None,
        "side by side",
    ),
    "a MATLAB literal": Case("A = [1 2.5; 3 4];", [[1, 2.5], [3, 4]]),
    "a MATLAB literal on lines": Case("X = [1.5 2\n     3 4.5];", [[1.5, 2], [3, 4.5]]),
    "a MATLAB column": Case("[1.5; 2; 4]", [[1.5], [2], [4]]),
    "Julia": Case("2×2 Matrix{Float64}:\n 1.0  2.5\n 3.0  4.0", [[1, 2.5], [3, 4]]),
    "Mathematica": Case("{{1, 2.5}, {3, 4}}", [[1, 2.5], [3, 4]]),
    # --- databases, wikis, papers
    "psql": Case(
        " age |   km   | name \n-----+--------+------\n   3 |  42000 | anna\n  12 | 180000 | bob\n(2 rows)",
        [[3, 42000], [12, 180000]],
        ["age", "km"],
        "name",
    ),
    "mysql": Case(
        "+-----+--------+\n| age | km     |\n+-----+--------+\n|   3 |  42000 |\n|  12 | 180000 |\n| NULL|   NULL |\n+-----+--------+\n3 rows in set (0.00 sec)",
        [[3, 42000], [12, 180000]],
        ["age", "km"],
        "1 row",
    ),
    "sqlite": Case("3|42000\n12|180000", [[3, 42000], [12, 180000]]),
    "Markdown without outer strokes": Case(
        "age | km\n--- | ---\n3 | 42000\n12 | 180000", [[3, 42000], [12, 180000]], ["age", "km"]
    ),
    "Markdown with emphasis": Case(
        "| x | y |\n|---|---|\n| **1.5** | `2` |\n| 3 | 4 |", [[1.5, 2], [3, 4]], ["x", "y"]
    ),
    "Wikipedia": Case(
        "Country\tPopulation\tArea\nIndia\t1,428,627,663\t3,287,263\nChina\t1,412,000,000[a]\t9,596,961",
        "1,000,000,000",
    ),
    "Wikipedia, smaller": Case(
        "Rank\tCity\tPopulation\n1\tTokyo\t37,468,000[1]\n2\tDelhi\t28,514,000[2]",
        [[37468000], [28514000]],
        ["Population"],
        "Footnote",
    ),
    "a PDF": Case(
        "Sample  Mass (g)  Height (cm)\nA 1  12.5  3.5\nB 2  13.0  4.5",
        [[12.5, 3.5], [13, 4.5]],
        ["Mass (g)", "Height (cm)"],
        "Sample",
    ),
    "LaTeX with marks": Case(
        "\\begin{tabular}{l r r}\n\\hline\nModel & Acc. (\\%) & Params \\\\\n\\hline\nA & \\textbf{91.5} & 1{,}200 \\\\\nB & 90.0 & 980 \\\\\n\\hline\n\\end{tabular}",
        [[91.5, 1200], [90, 980]],
        ["Acc. (%)", "Params"],
        "Model",
    ),
    "one column of LaTeX": Case("−1 \\\\\n50 \\% \\\\\n3", "percent"),
    "one column of LaTeX with a minus": Case("−1 \\\\\n0", [[-1], [0]]),
    "a LaTeX matrix": Case("\\begin{bmatrix} 1 & 2.5 \\\\ 3 & 4 \\end{bmatrix}", [[1, 2.5], [3, 4]]),
    "powers as papers write them": Case("a;b\n1.5×10^3;2\n2·10^-2;3", [[1500, 2], [0.02, 3]], ["a", "b"]),
    "Fortran": Case("  1.5D+03  2.0D+00\n  2.0D-02  3.0D+00", [[1500, 2], [0.02, 3]]),
    # --- what is easily taken for something else
    "accountants, with spaces": Case("(1) 2\n(3) 4", [[-1, 2], [-3, 4]], None, "parentheses"),
    "all in parentheses": Case("(1) (2)\n(3) (4)", [[-1, -2], [-3, -4]], None, "parentheses"),
    "a list that was cut": Case("1.5, 2.5], [3.5, 4.5]]", "brackets"),
    "a list without its end": Case("[[1.5, 2.5],\n [3.5, 4.5]", "brackets"),
    "single quotes": Case("'1,5';'2'\n'3';'4'", [[1.5, 2], [3, 4]]),
    "a table of MATLAB's": Case(
        "    age      km  \n    ___    ______\n\n      3     42000\n     12    180000",
        [[3, 42000], [12, 180000]],
        ["age", "km"],
    ),
    "a pandas print without its middle": Case(
        "     a  ...    d\n0  1.5  ...  4.5\n1  2.5  ...  5.5\n\n[2 rows x 4 columns]",
        [[1.5, 4.5], [2.5, 5.5]],
        ["a", "d"],
        "leaves columns out",
    ),
    "a US column in a CSV": Case("age,km\n3,42,000\n12,180,000", "Row 0"),
    "names with a comma too many": Case("Date,Open,Close\nMay 1, 2024,1,2", "Row 0"),
    "thousands or columns": Case("12 000 15 000\n13 500 16 250", "spaces"),
    "a detection limit": Case("a,b\n1,<0.05\n2,0.3\n3,0.4", "<0.05"),
    "a version": Case("v,x\n1.2.3,5\n1.2.4,6", [[5], [6]], ["x"], "1.2.3"),
    "a ticket among numbers": Case(
        "ticket,fare\nA/5 21171,7.25\n113803,53.1\nPC 17599,71.3\n373450,8.05\n330877,8.5",
        [[7.25], [53.1], [71.3], [8.05], [8.5]],
        ["fare"],
        "ticket",
    ),
    "Weka": Case(
        "@relation iris\n@attribute length numeric\n@attribute 'petal width' numeric\n@data\n5.1,0.2\n4.9,0.4",
        [[5.1, 0.2], [4.9, 0.4]],
        ["length", "petal width"],
    ),
    "rows in one line": Case("1,2;3,4", [[1.2, 3.4]], None, "rows between"),
    "names twice": Case("x,y\n1,2\nx,y\n3,4", [[1, 2], [3, 4]], ["x", "y"], "repeat"),
    "one column with its currency": Case("Preis\n1.299 €\n849 €", [[1299], [849]], ["Preis"], "1.299"),
    "one column with its unit": Case("12.5 °C\n13.1 °C", [[12.5], [13.1]], None, "°C"),
    "a named column with spaces in thousands": Case("v\n1 234\n5 678", [[1234], [5678]], ["v"], "thousands"),
    "a title as wide as the table": Case(
        "Table 1: Results\nMethod  Acc  Loss\nA       91.5 0.25\nB       90.1 0.31",
        [[91.5, 0.25], [90.1, 0.31]],
        ["Acc", "Loss"],
        "Table 1",
    ),
    "describe()": Case(
        "         x         y\ncount  3.0  3.0\nmean   2.0  4.0\nstd    1.0  2.0",
        [[3, 3], [2, 4], [1, 2]],
        ["x", "y"],
        "left out",
    ),
    "NumPy's scalars": Case(
        "[[np.float64(1.5), np.float64(2.5)], [np.float64(3.5), np.float64(4.5)]]", [[1.5, 2.5], [3.5, 4.5]]
    ),
    "a list of arrays": Case("[array([1., 2.]), array([3., 4.], dtype=float32)]", [[1, 2], [3, 4]]),
    "a row that goes on in MATLAB": Case("x = [1, 2, 3; ...\n 4, 5, 6];", [[1, 2, 3], [4, 5, 6]]),
    "dput": Case(
        'structure(list(a = c(1, 2), b = c(3, 4)), class = "data.frame", row.names = c(NA, -2L))',
        [[1, 3], [2, 4]],
        ["a", "b"],
    ),
    "one row of Julia's": Case("1×3 Matrix{Int64}:\n 1  2  3", [[1, 2, 3]]),
    "a fancy grid": Case(
        "╒═════╤═════╕\n│   a │   b │\n╞═════╪═════╡\n│ 1.5 │   2 │\n├─────┼─────┤\n│ 3   │   4 │\n╘═════╧═════╛",
        [[1.5, 2], [3, 4]],
        ["a", "b"],
    ),
    "numbers of patients": Case(
        "842302,M,17.99\n842517,M,20.57\n84300903,B,19.69",
        [[842302, 17.99], [842517, 20.57], [84300903, 19.69]],
        None,
        "stands for the rows",
    ),
    # --- tags
    "pandas.to_html()": Case(
        '<table border="1" class="dataframe">\n<thead>\n<tr style="text-align: right;"><th></th><th>x</th><th>y</th></tr>\n'
        "<tr><th>time</th><th></th><th></th></tr></thead>\n<tbody>\n<tr><th>0</th><td>1.25</td><td>-3</td></tr>\n"
        "<tr><th>1</th><td>2.5</td><td>4</td></tr>\n</tbody></table>",
        [[1.25, -3], [2.5, 4]],
        ["x", "y"],
        "“time” is left out",
    ),
    "HTML without ends of its cells": Case("<TABLE><TR><TD>1<TD>2<TR><TD>3<TD>4</TABLE>", [[1, 2], [3, 4]]),
    "a fragment of HTML": Case("<tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr>", [[1, 2], [3, 4]]),
    "HTML with decimal commas and entities": Case(
        "<p>Data</p><table><tr><th>Ma&szlig; (m&sup2;)</th><th>b</th></tr><tr><td>&minus;1,5</td><td>1.000,25&nbsp;</td></tr>"
        "<tr><td>3<!-- <td>9 -->,5</td><td>4</td></tr></table>",
        [[-1.5, 1000.25], [3.5, 4]],
        ["Maß (m²)", "b"],
    ),
    "HTML, raised and hidden": Case(
        '<table><tr><th>a<th>b</tr><tr><td>1.5×10<sup>−3</sup><td><span style="display:none">7</span>2</tr>'
        "<tr><td>2.5×10<sup>4</sup><td>3<sup>[1]</sup></tr></table>",
        [[1.5e-3, 2], [2.5e4, 3]],
        ["a", "b"],
        "3[1]",
    ),
    "HTML, raised and unknown": Case("<table><tr><th>a<tr><td>1.5<sup>1</sup><tr><td>2.5<tr><td>3</table>", "1.5^1"),
    "HTML with cells over rows": Case(
        "<table><tr><th>g<th>a<th>b</tr><tr><td>G<td rowspan=2>1<td>2</tr><tr><td>H<td>4</tr></table>",
        [[1, 2], [1, 4]],
        ["a", "b"],
        "reaches over several rows",
    ),
    "HTML with groups of names": Case(
        "<table><tr><th></th><th colspan=2>A</th></tr><tr><th></th><th>x</th><th>y</th></tr><tr><th>r<td>1<td>2</tr></table>",
        [[1, 2]],
        ["x", "y"],
        "“A”",
    ),
    "two tables of HTML": Case(
        "<table><tr><td>1</td><td>2</td></tr></table><table><tr><td>9</td></tr></table>", [[1, 2]], None, "2 tables"
    ),
    "MediaWiki": Case(
        '{| class="wikitable"\n|+ Countries\n! Country !! Pop.<ref name="x">A source, 1</ref> !! Area (km<sup>2</sup>)\n|-\n'
        "| [[France|FR]] || {{nts|67,391,582}} || style=\"x\" | 551,695\n|-\n| [[Spain]]\n| 47,415,750\n| '''505,990'''\n|}",
        [[67391582, 551695], [47415750, 505990]],
        ["Pop.", "Area (km^2)"],
        "Countries",
    ),
    "MediaWiki with names of rows": Case(
        '{|\n! scope="col" | a\n! scope="col" | b\n|-\n! scope="row" | r1\n| −1.5 || 2\n|-\n! r2\n| 3.5 || 4\n|}',
        [[-1.5, 2], [3.5, 4]],
        ["a", "b"],
        "r1",
    ),
    # --- consoles that break wide tables, and count their rows
    "R, too wide": Case(
        "              mpg cyl\nMazda RX4    21.0   6\nDatsun 710   22.8   4\n             hp drat\nMazda RX4   110 3.90\n"
        "Datsun 710   93 3.85",
        [[21, 6, 110, 3.9], [22.8, 4, 93, 3.85]],
        ["mpg", "cyl", "hp", "drat"],
        "side by side",
    ),
    "a matrix of R's, too wide": Case(
        "     [,1] [,2]\n[1,]    1    3\n[2,]    2    4\n     [,3]\n[1,]    5\n[2,]    6",
        [[1, 3, 5], [2, 4, 6]],
        None,
        "side",
    ),
    "a tibble with a narrow column of text": Case(
        "# A tibble: 3 × 3\n      a     b g    \n  <dbl> <dbl> <chr>\n1   1.5     2 x    \n2   3.5     4 y    \n3   5.5     6 z    ",
        [[1.5, 2], [3.5, 4], [5.5, 6]],
        ["a", "b"],
        "“g” is left out",
    ),
    "data.table": Case(
        "       a     b\n   <num> <int>\n1:   1.5     2\n2:   3.5     4", [[1.5, 2], [3.5, 4]], ["a", "b"], "1:"
    ),
    "a data frame of Julia's": Case(
        "2×2 DataFrame\n Row │ a        b     \n     │ Float64  Int64 \n─────┼────────────────\n   1 │     1.5      2\n   2 │     3.5      4",
        [[1.5, 2], [3.5, 4]],
        ["a", "b"],
        "Row",
    ),
    "Stata": Case(
        "     +-----------+\n     |   a     b |\n     |-----------|\n  1. | 1.5     2 |\n  2. | 3.5     4 |\n     +-----------+",
        [[1.5, 2], [3.5, 4]],
        ["a", "b"],
        "numbers the rows",
    ),
    # --- other programs' arrays, and what stands around a table
    "lists of YAML": Case("- [1.5, 2]\n- [3.5, 4]", [[1.5, 2], [3.5, 4]]),
    "columns of YAML": Case("a: [1.5, 3.5]\nb: [2, 4]", [[1.5, 2], [3.5, 4]], ["a", "b"]),
    "C": Case("static const float x[2][2] = {{1.5f, 2.0f}, {3.5f, 4.0f}};", [[1.5, 2], [3.5, 4]]),
    "JavaScript": Case("const x = [[1.5, 2], [3.5, 4]];", [[1.5, 2], [3.5, 4]]),
    "MXNet": Case("[[1.5 2. ]\n [3.5 4. ]]\n<NDArray 2x2 @cpu(0)>", [[1.5, 2], [3.5, 4]]),
    "Paddle": Case(
        "Tensor(shape=[2, 2], dtype=float32, place=Place(cpu), stop_gradient=True,\n       [[1.5, 2.],\n        [3.5, 4.]])",
        [[1.5, 2], [3.5, 4]],
    ),
    "a structured array": Case("array([(1.5, 2), (3.5, 4)], dtype=[('a', '<f8'), ('b', '<i4')])", [[1.5, 2], [3.5, 4]]),
    "an array with something unknown behind it": Case("[[1.5 2. ]\n [3.5 4. ]]\n<Quux 2x2>", "Paste it alone"),
    "a block of code": Case("```python\n[[1.5, 2], [3.5, 4]]\n```", [[1.5, 2], [3.5, 4]]),
    "a quotation in mail": Case("> a,b\n> 1.5,2\n> 3.5,4", [[1.5, 2], [3.5, 4]], ["a", "b"]),
    "commas of two kinds": Case("1,5, 2,5\n3,5, 4,5", [[1.5, 2.5], [3.5, 4.5]], None, "before a space"),
    "thousands between commas": Case(
        "a, b\n1,234, 5,678\n12,000, 9,100", [[1234, 5678], [12000, 9100]], ["a", "b"], "1,234"
    ),
    "names that say that all commas separate": Case("a,b,c\n1, 2,5\n3, 4,5", [[1, 2, 5], [3, 4, 5]], ["a", "b", "c"]),
    "commas as wide as Chinese characters": Case("1.5，2\n3.5，4", [[1.5, 2], [3.5, 4]]),
    "columns between spaces that do not break": Case("1.5\u00a0\u00a02\n3.5\u00a0\u00a04", [[1.5, 2], [3.5, 4]]),
    # --- encodings
    "UTF-16, little end first, no mark": Case(
        "Größe\tb\r\n1,5\t2\r\n3\t4,25\r\n".encode("utf-16-le"), [[1.5, 2], [3, 4.25]], ["Größe", "b"]
    ),
    "UTF-16, big end first, no mark": Case("a,b\n1.5,2\n3,4\n".encode("utf-16-be"), [[1.5, 2], [3, 4]], ["a", "b"]),
    "UTF-16 with a mark": Case("a;größe\n1,5;2\n3;4,5".encode("utf-16"), [[1.5, 2], [3, 4.5]], ["a", "größe"]),
    "Windows-1252": Case(
        "Maß;Preis €\n1,5;2\n3;4,5".encode("cp1252"), [[1.5, 2], [3, 4.5]], ["Maß", "Preis €"], "Windows-1252"
    ),
    "old Macintosh lines": Case("a,b\r1.5,2\r3,4", [[1.5, 2], [3, 4]], ["a", "b"]),
    "Excel's thin spaces in Windows-1252": Case(
        "Prix;b\n1\u00a0250,5;2\n3;4".encode("cp1252"), [[1250.5, 2], [3, 4]], ["Prix", "b"], "Windows-1252"
    ),
}
